"""Short links as the running program serves them."""

from __future__ import annotations

from bot.phrases import Catalogs
from bot.settings import Settings
from storage.store import Store
from web.short_links import Routes, short_link_route, stored_links


def short_link_routes(settings: Settings, store: Store, catalogs: Catalogs) -> Routes:
    """The route `/s/<code>`, in the house's language; none where `[web] short_links` is off.

    It stays when the robots go: what they said can still be tapped.
    """
    if not settings.web.short_links:
        return ()
    return (short_link_route(stored_links(store), catalogs.speak(settings.bot.locale)("web.no_link")),)
