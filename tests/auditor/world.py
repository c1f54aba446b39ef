"""A small but complete programme, written straight into the tables: everything in it is true.

Nine people and ten submissions: Ani won, Budi waits, Cici is at school, Dedi only registered, Edo
and Fani claim one NIK, Gita was refuted, Hari waits for the registry, Indra asked to join too
late, and Joko's submission is the second one of Ani's address.
"""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from tests.auditor import second_half

NOW = datetime(2020, 4, 13, 3, tzinfo=UTC)
REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
WAVE = "PKJ-2020-W01"
OPENED = datetime(2020, 4, 11, 12, tzinfo=UTC)
CLOSED = datetime(2020, 4, 16, 9, tzinfo=UTC)
BENEFIT = 3_550_000
BUDGET = 10_000_000_000_000
NAMES = ("ani", "budi", "cici", "dedi", "edo", "fani", "gita", "hari", "indra")


def index(text: str) -> bytes:
    return sha256(text.encode()).digest()


def person(name: str) -> UUID:
    return UUID(bytes=index("person:" + name)[:16], version=4)


def receipt(name: str) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return "".join(letters[byte % 32] for byte in index("receipt:" + name)[:24])


class World:
    """Inserts rows by table and keeps the numbers that they got."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.registration: dict[str, int] = {}
        self.identity: dict[str, int] = {}
        self.entry: dict[str, int] = {}
        self.ticket: dict[str, str] = {}

    def insert(self, table: str, returning: str = "id", /, **values):
        names = ", ".join(values)
        slots = ", ".join(f"%({name})s" for name in values)
        return self.connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({slots}) RETURNING {returning}", values
        ).fetchone()[0]

    def move(self, table: str, key, *states: str) -> None:
        for state in states:
            self.connection.execute(f"UPDATE {table} SET state = %s WHERE id = %s", [state, key])

    def execute(self, statement: str, *parameters) -> None:
        self.connection.execute(statement, parameters)

    def submit(self, name: str, *, address: str | None = None, at: datetime = NOW) -> int:
        return self.insert(
            "registration_submission",
            idempotency_key=f"key-{name}",
            receipt=receipt(name),
            email_sealed=b"sealed",
            email_index=index(address or name),
            language="id",
            received_at=at,
            real_at=REAL,
        )

    def register(self, name: str) -> None:
        submission = self.submit(name)
        self.insert(
            "people_person",
            id=person(name),
            email_sealed=b"sealed",
            email_index=index(name),
            language="id",
            enrolled_at=NOW,
        )
        self.registration[name] = self.insert(
            "registration_registration",
            person_id=person(name),
            state="registered",
            submitted_at=NOW,
        )
        self.admit(name, submission, self.registration[name])
        self.tell(name, "registration.confirm", receipt(name))

    def admit(self, name: str, submission: int, registration: int) -> None:
        self.insert(
            "registration_admission",
            "submission_id",
            submission_id=submission,
            registration_id=registration,
            receipt=receipt(name),
        )

    def tell(self, name: str, kind: str, what: str) -> None:
        notice = self.insert(
            "notices_notice",
            key=f"{kind}:{what}",
            person_id=person(name),
            kind=kind,
            address_sealed=b"sealed",
            letter_sealed=b"sealed",
            language="id",
            state="owed",
            urgent=False,
            attempts=0,
            owed_at=NOW,
            next_attempt_at=REAL,
        )
        self.move("notices_notice", notice, "sent")

    def tell_verdict(self, name: str, verdict: str) -> None:
        self.tell(name, "verification", f"{self.identity[name]}:{verdict}")

    def confirm(self, name: str) -> None:
        at = NOW + timedelta(minutes=5)
        self.insert(
            "email_confirmation",
            receipt=receipt(name),
            email_index=index(name),
            received_at=at,
            real_at=REAL,
        )
        self.execute(
            "UPDATE registration_registration SET state = 'email_confirmed', "
            "email_confirmed_at = %s WHERE id = %s",
            at,
            self.registration[name],
        )

    def state_identity(self, name: str, *, nik: str | None = None) -> None:
        nik = nik or name
        self.identity[name] = self.insert(
            "verification_identity",
            person_id=person(name),
            version=1,
            state="pending",
            area="",
            submitted_at=NOW + timedelta(minutes=10),
            person_index=index("nik:" + nik),
            nomination_index=index("nomination:" + nik),
            lifetime_index=index("lifetime:" + nik),
            family_card_index=index("card:" + name),
            **{
                f"{part}_sealed": b"sealed"
                for part in ("nik", "family_card", "name", "sex", "birth_place", "birth_date",
                             "province")
            },
        )  # fmt: skip
        self.ask(name, "civil_registry")

    def ask(self, name: str, kind: str) -> int:
        return self.insert(
            "verification_check",
            identity_id=self.identity[name],
            kind=kind,
            state="due",
            due_at=REAL,
            attempts=0,
        )

    def answer(self, name: str, kind: str, verdict: str) -> None:
        check = self.connection.execute(
            "SELECT id FROM verification_check WHERE identity_id = %s AND kind = %s",
            [self.identity[name], kind],
        ).fetchone()
        number = check[0] if check else self.ask(name, kind)
        self.move("verification_check", number, "asked", "answered")
        self.insert(
            "verification_attestation",
            identity_id=self.identity[name],
            kind=kind,
            verdict=verdict,
            source=kind,
            code="10",
            detail=Jsonb({}),
            answer_sha256=sha256(name.encode()).hexdigest(),
            answered_at=NOW + timedelta(minutes=20),
            expires_at=NOW + timedelta(days=90),
        )

    def decide(self, name: str, *states: str) -> None:
        self.move("verification_identity", self.identity[name], *states)
        self.execute(
            "UPDATE verification_identity SET decided_at = %s, area = '31' WHERE id = %s",
            NOW + timedelta(minutes=20),
            self.identity[name],
        )

    def verify(self, name: str, *, enrolled: bool = False) -> None:
        self.answer(name, "civil_registry", "fact")
        self.decide(name, "verified")
        self.execute(
            "UPDATE people_person SET nik_index = %s WHERE id = %s",
            index("nik:" + name),
            person(name),
        )
        self.answer(name, "education", "fact" if enrolled else "no_fact")
        self.answer(name, "social_aid", "no_fact")
        self.tell_verdict(name, "verified")

    def ask_to_join(self, name: str, *, at: datetime) -> int:
        return self.insert(
            "wave_entry_request",
            idempotency_key=f"join-{name}",
            receipt=receipt("join-" + name),
            wave_id=WAVE,
            person_id=person(name),
            language="id",
            received_at=at,
            real_at=REAL,
        )

    def enter(self, name: str, number: int) -> None:
        at = NOW + timedelta(hours=1)
        request = self.ask_to_join(name, at=at)
        self.entry[name] = self.insert(
            "waves_entry", wave_id=WAVE, person_id=person(name), state="joined", joined_at=at
        )
        self.ticket[name] = f"W01-{number:012d}"
        self.insert("waves_ticket", "ticket", ticket=self.ticket[name], entry_id=self.entry[name])
        self.insert(
            "waves_entryanswer",
            "request_id",
            request_id=request,
            entry_id=self.entry[name],
            refusal="",
            wave_id=WAVE,
            person_id=person(name),
            answered_at=at,
        )
        self.tell(name, "waves.joined", self.ticket[name])

    def account(self, kind: str, holder: str) -> int:
        found = self.connection.execute(
            "SELECT id FROM ledger_account WHERE kind = %s AND holder = %s", [kind, holder]
        ).fetchone()
        if found:
            return found[0]
        return self.insert("ledger_account", kind=kind, holder=holder, currency="IDR")

    def transfer(self, debited, credited, amount: int, kind: str, reference: str) -> int:
        return self.insert(
            "ledger_transfer",
            debit_account_id=self.account(*debited),
            credit_account_id=self.account(*credited),
            amount=amount,
            kind=kind,
            reference=reference,
            happened_at=NOW,
        )


def rules_file(quota: int) -> str:
    return json.dumps(
        {
            "version": 1,
            "wave": WAVE,
            "quota": quota,
            "areas": [{"code": "31", "places": quota}],
            "tiers": [
                {"code": "T1", "share_percent": 80},
                {"code": "T2", "share_percent": 20},
            ],
        }
    )


def hexdigest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def build(connection: psycopg.Connection) -> World:
    """Everything up to a finished draw with one place."""
    world = World(connection)
    version = _programme(world)
    _people(world)
    _wave(world, version)
    _draw(world, version)
    _pull_all(world)
    return world


def _programme(world: World) -> int:
    content = {
        "programme": {"code": "PKJ-2020"},
        "budgets": [
            {"funder": "apbn", "version": 1, "amount": BUDGET, "effective_on": "2020-01-01"},
            {"funder": "apbn", "version": 2, "amount": 2 * BUDGET, "effective_on": "2020-03-31"},
        ],
        "schemes": [
            {"code": "pandemic", "total": BENEFIT, "funder": "apbn", "parts": second_half.PARTS}
        ],
        "eligibility": [
            {"rule": "age_at_close", "version": 1, "years": 18, "inclusive": True},
            {"rule": "not_enrolled", "version": 1},
            {"rule": "once_in_a_lifetime", "version": 1},
            {
                "rule": "social_aid",
                "version": 1,
                "effect": "rank",
                "receiving_tier": "T2",
                "other_tier": "T1",
            },
        ],
    }
    version = world.insert(
        "programme_programmeversion",
        code="PKJ-2020",
        number=1,
        sha256="0" * 64,
        source="",
        content=Jsonb(content),
        loaded_at=NOW,
        loaded_by="cli:sari",
    )
    for number in (1, 2):
        world.transfer(
            ("treasury", "funder:apbn"),
            ("programme_fund", "programme:PKJ-2020:apbn"),
            BUDGET,
            "budget",
            f"budget:PKJ-2020:apbn:{number}",
        )
    return version


def _people(world: World) -> None:
    for name in NAMES:
        world.register(name)
    world.admit("joko", world.submit("joko", address="ani"), world.registration["ani"])
    for name in NAMES:
        if name != "dedi":
            world.confirm(name)
    for name in ("ani", "budi", "cici", "gita", "hari", "indra"):
        world.state_identity(name)
    for name in ("ani", "budi", "cici", "indra"):
        world.verify(name, enrolled=name == "cici")
    world.answer("gita", "civil_registry", "no_fact")
    world.decide("gita", "refuted")
    world.tell_verdict("gita", "refuted")
    _dispute(world)


def _dispute(world: World) -> None:
    for name in ("edo", "fani"):
        world.state_identity(name, nik="edo")
        world.answer(name, "civil_registry", "fact")
    world.decide("edo", "verified", "disputed")
    world.decide("fani", "disputed")
    world.execute(
        "UPDATE people_person SET nik_index = %s WHERE id = %s", index("nik:edo"), person("edo")
    )
    dispute = world.insert(
        "verification_dispute", person_index=index("nik:edo"), opened_at=NOW + timedelta(hours=2)
    )
    for name in ("edo", "fani"):
        world.insert(
            "verification_disputeclaim", dispute_id=dispute, identity_id=world.identity[name]
        )


def _wave(world: World, version: int) -> None:
    world.insert(
        "waves_wave",
        id=WAVE,
        number=1,
        programme_version_id=version,
        quota=1,
        state="planned",
        opened_at=OPENED,
        closed_at=CLOSED,
        closed_real_at=REAL,
    )
    world.move("waves_wave", WAVE, "open", "closed")
    for number, name in enumerate(("ani", "budi", "cici"), start=1):
        world.enter(name, number)
    late = world.ask_to_join("indra", at=CLOSED)
    world.insert(
        "waves_entryanswer",
        "request_id",
        request_id=late,
        refusal="wave-closed",
        wave_id=WAVE,
        person_id=person("indra"),
        answered_at=CLOSED,
    )


def _draw(world: World, version: int) -> None:
    signature = "ab" * 48
    rules = rules_file(1)
    lines = [f"{world.ticket[name]},31,T1" for name in ("ani", "budi")]
    leaves = [sha256(b"\x00" + line.encode()).digest() for line in lines]
    root = sha256(b"\x01" + leaves[0] + leaves[1]).digest()
    committed = {
        "rules_sha256": hexdigest(rules),
        "list_sha256": hexdigest("ticket,area,tier\n" + "".join(line + "\n" for line in lines)),
        "merkle_root": root.hex(),
        "candidates": 2,
    }
    published_at, chain = CLOSED + timedelta(minutes=10), "c" * 64
    draw = world.insert(
        "selection_draw",
        wave_id=WAVE,
        state="requested",
        requested_at=CLOSED,
        requested_by="staff:sari",
        rules_file=rules,
        **committed,
        commitment_file=json.dumps(
            committed
            | {
                "wave": WAVE,
                "published_at": published_at.isoformat(),
                "beacon": {"chain": chain, "round": 77},
            }
        ),
        published_at=published_at,
        beacon_chain=chain,
        beacon_round=77,
        beacon_at=CLOSED + timedelta(minutes=75),
        randomness=sha256(bytes.fromhex(signature)).hexdigest(),
        signature=signature,
        drawn_at=CLOSED + timedelta(minutes=80),
        awarded_at=CLOSED + timedelta(minutes=81),
    )
    for level, hashes in enumerate((b"".join(leaves), root)):
        world.insert("selection_merklelevel", draw_id=draw, level=level, hashes=hashes)
    world.move("selection_draw", draw, "frozen", "drawn", "awarded")
    ranking = _candidates(world, draw)
    _award(world, draw, version, winner=ranking[0])


def _candidates(world: World, draw: int) -> list[str]:
    """Judge all three entries; the two eligible ones in the order of their scores."""
    seed = world.connection.execute(
        "SELECT encode(sha256(convert_to(concat_ws(chr(10), 'gelombang-draw-v1', wave_id, "
        "list_sha256, rules_sha256, randomness, ''), 'UTF8')), 'hex') FROM selection_draw"
    ).fetchone()[0]
    scores = {name: hexdigest(f"{seed}:{world.ticket[name]}") for name in ("ani", "budi")}
    ranking = sorted(scores, key=scores.__getitem__)
    for name in ("ani", "budi", "cici"):
        is_eligible, won = name in scores, name == ranking[0]
        world.insert(
            "selection_candidate",
            "entry_id",
            entry_id=world.entry[name],
            draw_id=draw,
            person_id=person(name),
            ticket=world.ticket[name],
            area="31",
            tier="T1",
            eligible=is_eligible,
            reasons=Jsonb([] if is_eligible else [ENROLLED]),
            decided_at=CLOSED,
            score=scores.get(name, ""),
            outcome=("selected" if won else "waiting") if is_eligible else "",
            won_in_pass=1 if won else None,
            waiting_rank=1 if is_eligible and not won else None,
        )
        world.tell(name, "selection.result", world.ticket[name])
    return ranking


ENROLLED = {
    "rule": "not_enrolled",
    "version": 1,
    "fact": "enrolled",
    "source": "education",
    "date": (NOW + timedelta(minutes=20)).isoformat(),
}


def _award(world: World, draw: int, version: int, *, winner: str) -> None:
    place = world.insert("selection_place", draw_id=draw, area="31", tier="T1", number=1)
    world.connection.execute(
        "UPDATE selection_candidate SET place_id = %s WHERE entry_id = %s",
        [place, world.entry[winner]],
    )
    award = world.insert(
        "selection_award",
        candidate_id=world.entry[winner],
        place_id=place,
        person_id=person(winner),
        state="open",
        scheme="pandemic",
        programme_version_id=version,
        amount=BENEFIT,
        awarded_at=CLOSED + timedelta(minutes=81),
    )
    world.insert(
        "people_lifetimeclaim",
        lifetime_index=index("lifetime:" + winner),
        state="held",
        basis=f"award:{award}",
        claimed_at=CLOSED + timedelta(minutes=81),
    )
    world.transfer(
        ("programme_fund", "programme:PKJ-2020:apbn"),
        ("committed", f"award:{award}"),
        BENEFIT,
        "commit",
        f"commit:award:{award}",
    )
    second_half.Afterwards(
        world, award=award, person=person(winner), lifetime=index("lifetime:" + winner),
        since=CLOSED + timedelta(minutes=90),
    ).play()  # fmt: skip


def _pull_all(world: World) -> None:
    """Move every cursor behind the last row."""
    for cursors, intake in (
        ("registration_intakecursor", "registration_submission"),
        ("registration_intakecursor", "email_confirmation"),
        ("waves_intakecursor", "wave_entry_request"),
    ):
        world.execute(
            f"INSERT INTO {cursors} (intake, xid, row_id) SELECT %s, {intake}.xid::text, id "
            f"FROM {intake} ORDER BY {intake}.xid DESC, id DESC LIMIT 1 "
            "ON CONFLICT (intake) DO UPDATE SET xid = excluded.xid, row_id = excluded.row_id",
            intake,
        )
