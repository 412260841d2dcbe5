"""The application's export material: each format is one function from the same plain data to bytes."""
