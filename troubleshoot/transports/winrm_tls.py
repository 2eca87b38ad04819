"""The TLS context of one host: who is trusted, and our own certificate where the login needs it."""

from __future__ import annotations

import ssl
from pathlib import Path

from troubleshoot.transports.winrm_errors import Cause, WinrmError
from troubleshoot.transports.winrm_target import Secret, Target


def needs_passphrase(key_file: Path) -> bool:
    """Is the private key locked? False for a file that cannot be read: loading it says so better."""
    try:
        text = key_file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "ENCRYPTED" in text


def tls_context(target: Target, secret: Secret) -> ssl.SSLContext | None:
    """None for plain http. Raises WinrmError for files that cannot be used."""
    if not target.secure:
        return None
    options = target.options
    context = _trust(target)
    if options.fingerprint and options.ca_file is None:
        # The pin is compared before anything is sent; it says more than any authority could.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if options.cert_pem is not None:
        _own_certificate(context, target, secret)
    return context


def _trust(target: Target) -> ssl.SSLContext:
    ca_file = target.options.ca_file
    try:
        return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError) as error:
        what = f"{target.where}: ca_file {ca_file} cannot be used: {_words(error)}"
        raise WinrmError(Cause.TLS, what, hint="It must hold certificates in PEM form.") from None


def _own_certificate(context: ssl.SSLContext, target: Target, secret: Secret) -> None:
    options = target.options
    try:
        # A password is always given: without one OpenSSL would ask on the terminal.
        context.load_cert_chain(str(options.cert_pem), str(options.cert_key_pem), password=secret.passphrase or "")
    except (OSError, ssl.SSLError) as error:
        files = f"{options.cert_pem} and {options.cert_key_pem}"
        what = f"{target.where}: the certificate and key {files} cannot be used: {_words(error)}"
        raise WinrmError(Cause.AUTH, what, hint="Both must be PEM files, and the passphrase right.") from None


def _words(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return str(error.reason or "not valid PEM").replace("_", " ").lower()
    return error.strerror or type(error).__name__
