"""What Instagram and Facebook share: the Graph API, its sign-in and its errors."""
