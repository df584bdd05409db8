"""A whole life with KSeF by a client that is not ours: the package `ksef-client` from PyPI.

    python ksef_client_flow.py KSEF_URL INVOICE_XML

KSEF_URL is the simulator's address ending in /v2, INVOICE_XML an FA(3) invoice whose seller, number and dates are
replaced. Each step says its name; the first thing that is not as it should be ends the script with a traceback.
"""

import base64
import hashlib
import re
import socket
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from ksef_client import models as m
from ksef_client.client import KsefClient
from ksef_client.config import KsefClientOptions
from ksef_client.exceptions import KsefHttpError
from ksef_client.services.crypto import build_encryption_data
from ksef_client.services.csr import generate_csr_ec, generate_csr_rsa
from ksef_client.services.workflows import (
    AuthCoordinator,
    BatchSessionWorkflow,
    ExportWorkflow,
    OnlineSessionWorkflow,
)
from ksef_client.utils.zip_utils import build_tar_gz, build_zip

# The client refuses addresses on loopback for uploads and downloads, rightly. A name of its own for this machine
# keeps that check as it is.
HOST = "ksef.invalid"
SELLER, BUYER, ACCOUNTANT = "2222222222", "3333333333", "5265877635"
PERSON = "44051401359"
FA3 = m.FormCode.from_dict({"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"})
TIMEOUT_S = 60


def main() -> None:
    url, invoice = sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8")
    options = KsefClientOptions(base_url=behind_a_name(url), strict_presigned_url_validation=False)
    with KsefClient(options) as client:
        world = World(client, invoice)
        for step in (
            log_in_by_certificates,
            send_online,
            send_batches,
            query_metadata,
            export,
            tokens,
            permissions,
            certificates,
            sessions_of_logins,
        ):
            step(world)
            print("ok", step.__name__, flush=True)


class World:
    """What the steps share."""

    def __init__(self, client: KsefClient, invoice: str) -> None:
        self.client = client
        self.invoice = invoice
        self.serial = 0
        self.sent: dict[str, bytes] = {}
        self.access = ""
        self.refresh = ""

    def next_invoice(self) -> bytes:
        """An invoice of the seller to the buyer with a number of its own, issued today."""
        self.serial += 1
        today = warsaw_today()
        xml = re.sub(r"(<Podmiot1>.*?<NIP>)\d{10}", rf"\g<1>{SELLER}", self.invoice, count=1, flags=re.S)
        xml = re.sub(r"(<Podmiot2>.*?<NIP>)\d{10}", rf"\g<1>{BUYER}", xml, count=1, flags=re.S)
        xml = re.sub(r"<P_1>[^<]*", f"<P_1>{today}", xml)
        xml = re.sub(r"<P_2>[^<]*", f"<P_2>OUT/{self.serial:05}", xml)
        return xml.encode("utf-8")

    def key(self, usage: str) -> m.PublicKeyCertificate:
        return self.client.security.get_public_key_certificate(usage)

    def log_in(self, nip: str, certificate: str, key: str, subject: str = "certificateSubject"):
        return AuthCoordinator(self.client.auth).authenticate_with_xades(
            context_identifier_type="nip",
            context_identifier_value=nip,
            subject_identifier_type=subject,
            certificate_pem=certificate,
            private_key_pem=key,
            poll_interval_seconds=0.1,
        )


def log_in_by_certificates(world: World) -> None:
    for version in ("RSA", "EC"):
        certificate, key = self_signed(version, SELLER)
        tokens = world.log_in(SELLER, certificate, key)
    world.access, world.refresh = tokens.access_token, tokens.refresh_token
    renewed = world.client.auth.refresh_access_token(world.refresh)
    expect(renewed.access_token.token != world.access, "a refreshed token differs")
    world.access = renewed.access_token.token


def send_online(world: World) -> None:
    key = world.key("SymmetricKeyEncryption")
    session = OnlineSessionWorkflow(world.client.sessions).open_session(
        form_code=FA3,
        public_certificate=key.certificate,
        public_key_id=key.public_key_id,
        access_token=world.access,
    )
    documents = [world.next_invoice() for _ in range(3)]
    references = [session.send_invoice(document).reference_number for document in documents]
    duplicate = session.send_invoice(documents[0]).reference_number
    broken = session.send_invoice(documents[0].replace(b"<P_2>", b"<P_2><x/>")).reference_number

    for document, reference in zip(documents, references):
        status = wait(lambda r=reference: decided(session.get_invoice_status(r)))
        expect(status.status.code == 200, f"accepted: {status}")
        world.sent[status.ksef_number] = document
        upo = session.get_invoice_upo_by_ref(reference)
        expect(status.ksef_number.encode() in upo, "the UPO names the invoice")
        same = session.get_invoice_upo_by_ksef(status.ksef_number)
        expect(same == upo, "the UPO by number is the UPO by reference")
    refused = wait(lambda: decided(session.get_invoice_status(duplicate)))
    expect(refused.status.code == 440, f"a duplicate: {refused}")
    expect(refused.status.extensions["originalKsefNumber"] in world.sent, "the duplicate's original is named")
    invalid = wait(lambda: decided(session.get_invoice_status(broken)))
    expect(invalid.status.code == 450, f"against the schema: {invalid}")

    session.close()
    status = wait(lambda: finished(session.get_status()))
    expect((status.invoice_count, status.successful_invoice_count) == (5, 3), f"counted: {status}")
    for page in status.upo.pages:
        upo = session.get_upo(page.reference_number)
        expect(all(number.encode() in upo for number in world.sent), "the session's UPO names them all")
    failed = session.list_failed_invoices()
    expect(len(failed.invoices) == 2, f"two failed: {failed}")
    number, document = next(iter(world.sent.items()))
    stored = wait(lambda: readable(lambda: world.client.invoices.get_invoice_bytes(number, access_token=world.access)))
    expect(stored.content == document, "the invoice reads back byte for byte")
    expect(stored.sha256_base64 == sha256(document), "its hash stands in the header")


def send_batches(world: World) -> None:
    key = world.key("SymmetricKeyEncryption")
    workflow = BatchSessionWorkflow(world.client.sessions, world.client.http_client)
    for kind, pack in (("Zip", build_zip), ("TarGz", build_tar_gz)):
        documents = {f"invoice-{n}.xml": world.next_invoice() for n in range(20)}
        session = workflow.open_session(
            form_code=FA3,
            archive_bytes=pack(documents),
            compression_type=kind,
            public_certificate=key.certificate,
            public_key_id=key.public_key_id,
            access_token=world.access,
        )
        session.upload_parts(parallelism=2)
        session.close()
        status = wait(lambda: finished(session.get_status()))
        expect((status.status.code, status.successful_invoice_count) == (200, 20), f"{kind}: {status}")
        listed = session.list_invoices(page_size=10)
        names = {invoice.invoice_file_name: invoice for invoice in listed.invoices}
        while listed.continuation_token:
            listed = session.list_invoices(page_size=10, continuation_token=listed.continuation_token)
            names |= {invoice.invoice_file_name: invoice for invoice in listed.invoices}
        expect(names.keys() == documents.keys(), f"{kind}: the invoices keep their file names")
        for name, invoice in names.items():
            expect(invoice.invoice_hash == sha256(documents[name]), f"{kind}: {name} keeps its hash")
            world.sent[invoice.ksef_number] = documents[name]


def query_metadata(world: World) -> None:
    def all_there():
        found = list(
            world.client.invoices.iter_invoice_metadata_by_date_range(
                subject_type="Subject1",
                date_type="PermanentStorage",
                date_from=hours_ago(1),
                date_to=hours_ago(-1),
                access_token=world.access,
                page_size=10,
            )
        )
        return found if len(found) >= len(world.sent) else None

    found = wait(all_there)
    expect({item.ksef_number for item in found} == world.sent.keys(), "every invoice is listed once")
    for item in found:
        expect(item.invoice_hash == sha256(world.sent[item.ksef_number]), "with its hash")
        expect(item.seller.nip == SELLER and item.buyer.identifier.value == BUYER, "and its parties")


def export(world: World) -> None:
    key = world.key("SymmetricKeyEncryption")
    for kind in ("Zip", "TarGz"):
        encryption = build_encryption_data(key.certificate, public_key_id=key.public_key_id)
        request = m.InvoiceExportRequest.from_dict(
            {
                "encryption": encryption.encryption_info.to_dict(),
                "filters": {
                    "subjectType": "Subject1",
                    "dateRange": {"dateType": "PermanentStorage", "from": hours_ago(1)},
                },
                "compressionType": kind,
            }
        )
        started = world.client.invoices.export_invoices(request, access_token=world.access)
        status = wait(
            lambda: finished(
                world.client.invoices.get_export_status(started.reference_number, access_token=world.access)
            )
        )
        expect(status.status.code == 200, f"exported: {status}")
        result = ExportWorkflow(world.client.invoices, world.client.http_client).download_and_process_package(
            status.package, encryption
        )
        files = {name.removesuffix(".xml"): text.encode() for name, text in result.invoice_xml_files.items()}
        expect(files == world.sent, f"{kind}: the package holds every invoice as it was sent")
        expect(len(result.metadata_summaries) == len(world.sent), f"{kind}: and its metadata")


def tokens(world: World) -> None:
    made = world.client.tokens.generate_token(
        m.GenerateTokenRequest.from_dict(
            {"description": "tests of the simulator", "permissions": ["InvoiceRead", "InvoiceWrite"]}
        ),
        access_token=world.access,
    )
    wait(
        lambda: world.client.tokens.get_token_status(made.reference_number, access_token=world.access).status == "Active"
    )
    key = world.key("KsefTokenEncryption")

    def log_in():
        return AuthCoordinator(world.client.auth).authenticate_with_ksef_token(
            token=made.token,
            public_certificate=key.certificate,
            public_key_id=key.public_key_id,
            context_identifier_type="nip",
            context_identifier_value=SELLER,
            poll_interval_seconds=0.1,
        )

    by_token = log_in()
    page = world.client.invoices.query_invoice_metadata_by_date_range(
        subject_type="Subject1",
        date_type="Invoicing",
        date_from=hours_ago(1),
        access_token=by_token.access_token,
    )
    expect(page.invoices, "a token with the right to read reads")
    world.client.tokens.revoke_token(made.reference_number, access_token=world.access)
    wait(
        lambda: world.client.tokens.get_token_status(made.reference_number, access_token=world.access).status
        == "Revoked"
    )
    refused(log_in, "a revoked token")


def permissions(world: World) -> None:
    certificate, key = self_signed("EC", ACCOUNTANT)
    refused(lambda: world.log_in(SELLER, certificate, key), "a firm without rights")
    granted = world.client.permissions.grant_entity(
        m.EntityPermissionsGrantRequest.from_dict(
            {
                "subjectIdentifier": {"type": "Nip", "value": ACCOUNTANT},
                "permissions": [{"type": "InvoiceRead", "canDelegate": False}],
                "description": "reads our invoices",
                "subjectDetails": {"fullName": "Biuro Rachunkowe"},
            }
        ),
        access_token=world.access,
    )
    done(world, granted)
    accountant = world.log_in(SELLER, certificate, key)
    number = next(iter(world.sent))
    content = world.client.invoices.get_invoice_bytes(number, access_token=accountant.access_token)
    expect(content.content == world.sent[number], "the accountant reads")
    try:
        key_of_ksef = world.key("SymmetricKeyEncryption")
        OnlineSessionWorkflow(world.client.sessions).open_session(
            form_code=FA3, public_certificate=key_of_ksef.certificate, access_token=accountant.access_token
        )
        raise AssertionError("an accountant with the right to read opened a session")
    except KsefHttpError as error:
        expect(error.status_code == 403, f"forbidden: {error}")

    def held_by_person():
        listed = world.client.permissions.query_persons_grants(
            m.PersonPermissionsQueryRequest.from_dict({"queryType": "PermissionsGrantedInCurrentContext"}),
            access_token=world.access,
        ).permissions
        # The accountant's firm stands in the same list.
        return [grant for grant in listed if grant.authorized_identifier.value == PERSON]

    expect(held_by_person() == [], "the person holds nothing")
    person = world.client.permissions.grant_person(
        m.PersonPermissionsGrantRequest.from_dict(
            {
                "subjectIdentifier": {"type": "Pesel", "value": PERSON},
                "permissions": ["InvoiceRead", "InvoiceWrite"],
                "description": "issues our invoices",
                "subjectDetails": {
                    "subjectDetailsType": "PersonByIdentifier",
                    "personById": {"firstName": "Anna", "lastName": "Testowa"},
                },
            }
        ),
        access_token=world.access,
    )
    done(world, person)
    held = wait(held_by_person)
    expect(len(held) == 2, f"a person holds two rights: {held}")
    for grant in held:
        done(world, world.client.permissions.revoke_common_permission(grant.id, access_token=world.access))
    wait(lambda: not held_by_person())


def certificates(world: World) -> None:
    client = world.client.certificates
    expect(client.get_limits(world.access).can_request, "a certificate may be asked for")
    data = client.get_enrollment_data(world.access)

    def status_of(serial):
        query = m.QueryCertificatesRequest.from_dict({"certificateSerialNumber": serial})
        return client.query_certificates(query, access_token=world.access).certificates[0].status

    for kind, make in (("Authentication", generate_csr_ec), ("Offline", generate_csr_rsa)):
        request = make(data.to_dict())
        started = client.send_enrollment(
            m.EnrollCertificateRequest.from_dict(
                {"certificateName": f"Test {kind}", "certificateType": kind, "csr": request.csr_base64}
            ),
            access_token=world.access,
        )
        status = wait(
            lambda: finished(client.get_enrollment_status(started.reference_number, access_token=world.access))
        )
        expect(status.status.code == 200, f"enrolled: {status}")
        serial = status.certificate_serial_number
        listed = client.retrieve_certificate(
            m.RetrieveCertificatesRequest.from_dict({"certificateSerialNumbers": [serial]}),
            access_token=world.access,
        ).certificates
        expect([item.certificate_serial_number for item in listed] == [serial], "exactly the one asked for")
        certificate = x509.load_der_x509_certificate(base64.b64decode(listed[0].certificate)).public_bytes(
            serialization.Encoding.PEM
        ).decode()
        key = serialization.load_der_private_key(base64.b64decode(request.private_key_base64), None)
        key = pem(key)
        if kind == "Authentication":
            world.log_in(SELLER, certificate, key)
        else:
            refused(lambda: world.log_in(SELLER, certificate, key), "a certificate for offline work")
        expect(status_of(serial) == "Active", "in force")
        client.revoke_certificate(
            serial, m.RevokeCertificateRequest.from_dict({"revocationReason": "Superseded"}), access_token=world.access
        )
        wait(lambda: status_of(serial) == "Revoked")
        if kind == "Authentication":
            refused(lambda: world.log_in(SELLER, certificate, key), "a revoked certificate")


def sessions_of_logins(world: World) -> None:
    sessions = world.client.auth.get_active_sessions(access_token=world.access)
    expect(sum(item.is_current for item in sessions.items) == 1, "one login is the current one")
    world.client.auth.revoke_current_session(world.access)
    try:
        world.client.auth.refresh_access_token(world.refresh)
        raise AssertionError("a revoked login was refreshed")
    except KsefHttpError as error:
        expect(error.status_code == 400, f"refused: {error}")


def done(world: World, operation) -> None:
    """Waits until an operation on permissions has succeeded."""
    status = wait(
        lambda: finished(
            world.client.permissions.get_operation_status(operation.reference_number, access_token=world.access)
        )
    )
    expect(status.status.code == 200, f"done: {status}")


def decided(status):
    return status if status.status.code >= 200 else None


def finished(status):
    return status if status.status.code >= 200 else None


def readable(read):
    """What is stored a little after its number was given (21164, 21165)."""
    try:
        return read()
    except KsefHttpError as error:
        if error.status_code != 400:
            raise
        return None


def refused(log_in, who: str) -> None:
    try:
        log_in()
    except (RuntimeError, KsefHttpError):
        return
    raise AssertionError(f"{who} logged in")


def expect(condition, what: str) -> None:
    if not condition:
        raise AssertionError(what)


def wait(attempt):
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        answer = attempt()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError("nothing came of it")


def self_signed(kind: str, nip: str) -> tuple[str, str]:
    """A certificate that names a firm by its NIP, as TEST takes it, and its key; both PEM."""
    if kind == "RSA":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Firma Testowa sp. z o.o."),
            x509.NameAttribute(x509.ObjectIdentifier("2.5.4.97"), f"VATPL-{nip}"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Firma Testowa"),
        ]
    )
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), pem(key)


def pem(key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def hours_ago(hours: int) -> str:
    return (datetime.now(timezone.utc) - timedelta(hours=hours)).isoformat(timespec="seconds")


def warsaw_today() -> str:
    # In Poland it is never earlier than in UTC, so UTC's day is never in the future.
    return datetime.now(timezone.utc).strftime("%Y-%m-%d")


def behind_a_name(url: str) -> str:
    """The address with a name for its host, and that name resolved to where the simulator listens."""
    parts = urlsplit(url)
    resolve = socket.getaddrinfo

    def resolved(host, *rest, **named):
        name = host.decode() if isinstance(host, bytes) else host
        return resolve(parts.hostname if name == HOST else host, *rest, **named)

    socket.getaddrinfo = resolved
    return urlunsplit(parts._replace(netloc=f"{HOST}:{parts.port}"))


if __name__ == "__main__":
    main()
