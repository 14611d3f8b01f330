"""A Jitsi server: the script by which rooms are embedded, and the page of a room. Nobody meets there."""
