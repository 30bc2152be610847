"""In as a user of the web client: any edition of version 20."""
