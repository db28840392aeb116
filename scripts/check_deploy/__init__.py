"""Holds Dockerfile, compose.yaml and k8s/ against the code, see __main__.py."""
