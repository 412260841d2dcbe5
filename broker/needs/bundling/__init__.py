"""The bundling engine: which needs can be taught together; plain data in, plain data out, nothing but Python."""
