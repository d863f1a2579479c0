"""Real servers on loopback, a real Django site, slow requests: what a user of dogslow sees."""
