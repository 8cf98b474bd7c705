"""Makes what the servers sign with, in the directory named by the one argument.

ca.crt       the authority that clients of the TLS listeners have to trust
server.crt   for localhost and 127.0.0.1, signed by that authority; its key is server.key
signing.key  the ed25519 key of every server, in the form that Synapse and Sydent both read
"""

import datetime
import ipaddress
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from signedjson.key import generate_signing_key, write_signing_keys

directory = pathlib.Path(sys.argv[1])


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, key):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(AUTHORITY))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=800))
    )


def write(file, data):
    (directory / file).write_bytes(data)


AUTHORITY = "Homeserver tests"
ca_key = ec.generate_private_key(ec.SECP256R1())
server_key = ec.generate_private_key(ec.SECP256R1())

ca = (
    certificate(AUTHORITY, ca_key)
    .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
    .sign(ca_key, hashes.SHA256())
)
server = (
    certificate("localhost", server_key)
    .add_extension(
        x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        ),
        critical=False,
    )
    .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    .add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
    )
    .sign(ca_key, hashes.SHA256())
)

write("ca.crt", ca.public_bytes(serialization.Encoding.PEM))
write("server.crt", server.public_bytes(serialization.Encoding.PEM))
write(
    "server.key",
    server_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ),
)
# Last: its presence tells up.sh that all of them are there.
with open(directory / "signing.key", "w") as file:
    write_signing_keys(file, [generate_signing_key("a_1")])
