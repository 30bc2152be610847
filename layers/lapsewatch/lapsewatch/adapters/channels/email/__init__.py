"""E-mail by an SMTP server or by SES: to people, or to a desk that makes tickets of it."""
