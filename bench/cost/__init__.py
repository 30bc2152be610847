"""What a month of Lapsewatch costs, worked out from the template, from measurements, and from list prices."""
