"""The words that invented companies are made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of business: how a customer is called, and its sites, the main one first."""

    customer: str
    sites: tuple[str, ...]


def _of(customer: str, *sites: str) -> Trade:
    return Trade(customer, tuple(f"{{}} {site}" for site in sites))


HEALTH = _of(
    "{} Health", "Cardiology", "Pediatrics", "Imaging", "Orthopedics", "Urgent Care", "Dermatology", "Oncology", "Labs"
)
DENTAL = _of(
    "{} Dental Group", "Dental", "Orthodontics", "Dental East", "Dental West", "Dental Lab", "Endodontics", "Smiles"
)
LAW = _of("{} LLP", "LLP", "Boston", "Hartford", "Albany", "Trenton", "Wilmington", "Richmond")
FREIGHT = _of("{} Logistics", "Logistics", "Warehouse", "Dispatch", "Customs", "Cold Storage", "Fleet Yard", "Couriers")
SCHOOL = _of("{} Schools", "Academy", "Elementary", "Middle School", "High School", "Athletics", "District Office")
HOTELS = _of("{} Hospitality", "Hotel", "Resort", "Suites", "Conference Center", "Lodge", "Reservations")
WORKS = _of("{} Manufacturing", "Works", "Foundry", "Tooling", "Plant 2", "Plant 3", "Parts Counter", "Coatings")
SHOPS = _of("{} Retail", "Market", "Outfitters", "Garden Center", "Hardware", "Pharmacy", "Online Orders")
MONEY = _of("{} Financial", "Credit Union", "Mortgage", "Insurance", "Wealth", "Tax Advisors", "Claims")
HOMES = _of("{} Properties", "Realty", "Property Care", "Leasing", "Builders", "Architects", "Title")
CITY = _of("City of {}", "City Hall", "Water Utility", "Library", "Public Works", "Parks", "Transit")
ANIMALS = _of("{} Animal Care", "Veterinary", "Emergency Vet", "Kennels", "Grooming", "Shelter", "Equine")

TRADES = (HEALTH, DENTAL, LAW, FREIGHT, SCHOOL, HOTELS, WORKS, SHOPS, MONEY, HOMES, CITY, ANIMALS)

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
LONDON, BERLIN, SYDNEY = "Europe/London", "Europe/Berlin", "Australia/Sydney"
ZONES = (NEW_YORK,) * 7 + (LOS_ANGELES, LONDON, BERLIN, SYDNEY)

FIRST_CUSTOMERS = (
    # The rows that everyone sees first, whatever the seed.
    ("Northwind", HEALTH, NEW_YORK),
    ("Harbor", DENTAL, NEW_YORK),
    ("Alder & Finch", LAW, NEW_YORK),
    ("Juniper Bay", HOTELS, LOS_ANGELES),
    ("Copperfield", SCHOOL, NEW_YORK),
    ("Brightwater", FREIGHT, LONDON),
    ("Stonebridge", MONEY, NEW_YORK),
    ("Granite", WORKS, BERLIN),
    ("Larkspur", SHOPS, NEW_YORK),
    ("Southern Cross", HOMES, SYDNEY),
    ("Maple Hollow", CITY, NEW_YORK),
    ("Bluebird", ANIMALS, LOS_ANGELES),
)

PREFIXES = (
    *("Amber", "Ash", "Bay", "Birch", "Bright", "Cedar", "Clear", "Cliff", "Copper", "Elm", "Fair", "Fern", "Fox"),
    *("Glen", "Gold", "Hawk", "Hazel", "Iron", "Lake", "Linden", "Meadow", "Mill", "Oak", "Pine", "Red", "River"),
    *("Silver", "Spring", "Stone", "Sun", "Thorn", "West", "Wild", "Willow", "Winter"),
)
SUFFIXES = (
    *("brook", "bury", "crest", "dale", "field", "ford", "gate", "grove", "haven", "hill", "hurst", "mere", "mont"),
    *("point", "ridge", "shore", "side", "stead", "vale", "view", "ville", "wick"),
)
SURNAMES = (
    *("Abbott", "Bellamy", "Carver", "Dunmore", "Ellery", "Forsythe", "Garrick", "Hale", "Ingram", "Jessop"),
    *("Keller", "Lowell", "Marlowe", "Nye", "Osgood", "Prescott", "Quincy", "Rowan", "Sayer", "Thorne"),
)
