"""Regions of Indonesia as published data (ODbL: see LICENSE-ODbL.md beside it).

Source: idn-area-data contributors, ODbL 1.0. Codes are those of the Ministry of Home Affairs.
"""
