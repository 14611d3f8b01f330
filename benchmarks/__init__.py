"""What the product costs: measured beside a rival and a limit, in the same run."""
