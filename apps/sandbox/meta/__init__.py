"""Meta: Facebook's login and Graph API, for Pages and for Instagram's professional accounts."""
