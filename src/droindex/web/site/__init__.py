"""The library site: pages made on the server, whole without scripts."""
