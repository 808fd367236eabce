"""Links: what counts as one, its canonical form for keys, its short form for tight messages."""

from __future__ import annotations

import re
from urllib.parse import quote

LONGEST = 4096

_ABSOLUTE = re.compile(r"(https?)://([^/?#]+)([^#]*)(#.*)?", re.IGNORECASE | re.DOTALL)
_OPAQUE = re.compile(r"(?:mailto:[^\s@]+@[^\s@]+|tg://\S+)", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}]")
_HOST = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:%-]*@)?(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?"
)
_QUOTES = "\"'“”‘’「」<>《》 \t\r\n\xa0\u3000"
_BARE = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.IGNORECASE)
_TRACKING = re.compile(
    r"utm_|mtm_|pk_|hsa_|spm$|scm$|share|from$|from_source$|isappinstalled$|scene$|clicktime$|enterid$|chksm$|"
    r"fbclid$|gclid$|dclid$|yclid$|msclkid$|igshid$|igsh$|mc_cid$|mc_eid$|ref_src$|ref_url$|vd_source$|xsec_source$|"
    r"_hsenc$|_hsmi$|sessionid$|weibo_id$",
    re.IGNORECASE,
)
_WECHAT_HOST = "mp.weixin.qq.com"
_WECHAT_PARTS = ("__biz", "mid", "idx", "sn")


def clean_link(address: str) -> str | None:
    """The address as a link that may be shown (http, https, mailto, tg; ASCII), or None."""
    address = address.strip(_QUOTES).replace("&amp;", "&")
    if not address or len(address) > LONGEST:
        return None
    if _OPAQUE.fullmatch(address):
        return _escape(address)
    found = _ABSOLUTE.fullmatch(address)
    if not found:
        return None
    host = _ascii_host(found[2])
    if host is None:
        return None
    cleaned = f"{found[1].lower()}://{host}{_escape(found[3])}{_escape(found[4] or '')}"
    return cleaned if len(cleaned) <= LONGEST else None


def _escape(text: str) -> str:
    return _UNSAFE.sub(lambda found: quote(found[0], safe="", errors="replace"), text)


def _ascii_host(host: str) -> str | None:
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return host if _HOST.fullmatch(host) else None


def bare_links(text: str) -> tuple[tuple[int, int], ...]:
    """Where addresses stand in plain text, as (start, end); closing punctuation is not part of them."""
    return tuple((found.start(), found.start() + _bare_length(found[0])) for found in _BARE.finditer(text))


def _bare_length(address: str) -> int:
    length = len(address.rstrip(".,;:!?'*_"))
    if address[:length].endswith(")") and "(" not in address:
        return len(address[:length].rstrip(").,;:!?'"))
    return length


def canonical_link(url: str) -> str:
    """The form of a link that names the story: no tracking parameters, scheme, fragment or trailing slash."""
    found = _ABSOLUTE.fullmatch(url)
    if not found:
        return url
    path, _, query = found[3].partition("?")
    host = found[2].lower().removesuffix(":80").removesuffix(":443")
    if wechat := _wechat_query(host, path, query):
        return f"{host}{path}?{wechat}"
    kept = sorted(pair for pair in query.split("&") if pair and not _TRACKING.match(pair.partition("=")[0]))
    # A fragment such as #/topic/3 is the page itself; a plain one is a place on it.
    route = found[4] if (found[4] or "").startswith(("#/", "#!")) else ""
    return f"{host}{path.rstrip('/')}{'?' if kept else ''}{'&'.join(kept)}{route}"


def is_wechat(url: str) -> bool:
    """Whether the address is one of WeChat's articles, the only ones that WeChat's articles may link to."""
    found = _ABSOLUTE.fullmatch(url)
    return found is not None and found[2].lower() == _WECHAT_HOST


def short_link(url: str) -> str:
    """A mp.weixin.qq.com article with the four parameters it needs, any other link unchanged."""
    found = _ABSOLUTE.fullmatch(url)
    if not found:
        return url
    path, _, query = found[3].partition("?")
    short = _wechat_query(found[2].lower(), path, query)
    return f"https://{_WECHAT_HOST}{path}?{short}" if short else url


def _wechat_query(host: str, path: str, query: str) -> str:
    if host != _WECHAT_HOST or path != "/s":
        return ""
    values = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
    if not all(values.get(part) for part in _WECHAT_PARTS):
        return ""
    return "&".join(f"{part}={values[part]}" for part in _WECHAT_PARTS)
