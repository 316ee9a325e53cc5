"""Make a reading room right: every aspect, in order.

pyinfra inventory deploys/baseline.py [--dry] [--limit thanh_my]
"""

from deploys.access import access
from deploys.antivirus import antivirus
from deploys.browser import browser
from deploys.desktop import desktop
from deploys.health import health, stamp
from deploys.power import power
from deploys.pull import pull
from deploys.restrictions import restrictions
from deploys.session import session
from deploys.shortcuts import shortcuts
from deploys.updates import updates

# The way in first, then what everything else is installed with; the session last, so that the one
# it renews has all the rest. A call a line: pyinfra tells operations apart by the line they come
# from.
access()
updates()
antivirus()
browser()
shortcuts()
restrictions()
desktop()
power()
health()
pull()
session()
stamp()
