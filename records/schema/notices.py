"""Campaigns, referrals, and notices of recalls."""
