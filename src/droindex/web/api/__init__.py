"""The JSON of the web application, and what machines ask for besides."""
