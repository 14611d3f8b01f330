"""Microsoft Teams, by the Microsoft identity platform and Graph: who somebody is there."""
