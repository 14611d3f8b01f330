"""An app with job kinds for tests; worker processes of tests load it like any other app."""
