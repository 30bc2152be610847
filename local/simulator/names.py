"""Invented companies, told apart for as many instances as anyone simulates."""

from random import Random

FIRST = (
    "Northwind Harbor Alder Summit Riverside Bluebird Granite Maple Lakeshore Cedar Prairie Falcon Juniper Beacon "
    "Stonebridge Willow Copperfield Evergreen Redwood Silverline Oakmont Pinecrest Sandpiper Tidewater Westgate "
    "Clearwater Ironwood Kingsley Larkspur Meridian"
)
TRADE = (
    "Cardiology Dental Logistics Law Realty Veterinary Accounting Hotels Freight Optics Pediatrics Insurance Motors "
    "Academy Foods Pharmacy Architects Printing Robotics Travel Plumbing Orchards Security Textiles Marine Energy "
    "Events Staffing Furniture Analytics"
)
SITES = ("", " North", " South", " East", " West")
"""Customers with several PBXs tell them apart by site."""


def companies(rng: Random) -> list[str]:
    """Return 900 names in a seeded order, the best known first."""
    names = [f"{first} {trade}" for first in FIRST.split() for trade in TRADE.split()]
    rng.shuffle(names)
    names.remove("Northwind Cardiology")
    return ["Northwind Cardiology", *names]


def slug(name: str) -> str:
    """Return a name as an id: lower-case words joined by hyphens."""
    return "-".join(name.lower().split())
