"""What a served fake does not answer goes on to one other origin, where the user says so."""
