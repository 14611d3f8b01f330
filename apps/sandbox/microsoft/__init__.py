"""Microsoft: the identity platform (v2.0), and who somebody is in Graph. Meetings are not there yet."""
