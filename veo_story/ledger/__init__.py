"""What was intended, sent, answered, stored, picked and spent."""
