"""Make it so: one module per aspect, run by pyinfra from the technician's desk."""
