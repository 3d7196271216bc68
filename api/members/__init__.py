"""What members do and what is done for them: join, claim, spend, see, leave."""
