"""Make a reading room right: every aspect, in order.

pyinfra inventory deploys/baseline.py [--dry] [--limit thanh_my]
"""

from deploys.browser import browser

browser()
