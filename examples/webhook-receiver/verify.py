"""Verifies the signature of a Chatwoot webhook. Copy this file: it needs only Python.

Pass the raw body (Flask: request.get_data(), Django: request.body, FastAPI: await request.body()), never JSON that was
parsed and serialized again.
"""

import hashlib
import hmac
import re
import time


def verify_webhook(body: bytes, signature, timestamp, secret: str, tolerance_seconds=300, now=None) -> bool:
    """signature and timestamp are the headers X-Chatwoot-Signature and X-Chatwoot-Timestamp, or None."""
    if not secret:
        raise ValueError("webhook secret: is empty. Set CHATWOOT_WEBHOOK_SECRET.")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp or "") or not re.fullmatch(r"sha256=[0-9a-f]{64}", signature or ""):
        return False
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance_seconds:
        return False
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={expected}", signature)
