"""Any server that takes RTMP: an address and a key that a person pastes."""
