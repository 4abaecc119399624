"""The network, inward: pages and feeds fetched politely, within limits, from public addresses."""
