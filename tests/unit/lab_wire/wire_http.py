"""A raw HTTP client for the listener: exact bytes out, status, headers and body back."""

from __future__ import annotations

import asyncio
import base64
import re
import uuid
from dataclasses import dataclass, field
from types import TracebackType
from xml.etree.ElementTree import Element, fromstring

import spnego

from tests.unit.lab_wire.wire_support import PASSWORD
from troubleshoot.lab.windows.wire import framing, names

SOAP_TYPE = "application/soap+xml;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def xml(self) -> Element:
        return fromstring(self.body)

    def text(self, path: str) -> str:
        """The text of an element by prefixed path below the envelope."""
        found = self.xml.find(path, names.PREFIXES | {"f": names.FAULT})
        return (found.text or "") if found is not None else ""

    @property
    def fault(self) -> int:
        """The code of a WSManFault, 0 where there is none."""
        found = self.xml.find(f".//{{{names.FAULT}}}WSManFault")
        return int(found.get("Code", "0")) if found is not None else 0


@dataclass(slots=True)
class Wire:
    """One connection."""

    port: int
    reader: asyncio.StreamReader = field(init=False)
    writer: asyncio.StreamWriter = field(init=False)
    context: spnego.ContextProxy | None = None

    async def __aenter__(self) -> Wire:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.writer.close()

    async def raw(self, data: bytes) -> Answer:
        self.writer.write(data)
        await self.writer.drain()
        return await self.answer()

    async def answer(self) -> Answer:
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 10)).decode("latin-1").split("\r\n")
        headers = [(k.lower(), v.strip()) for k, _, v in (line.partition(":") for line in head[1:] if line)]
        length = int(next(v for k, v in headers if k == "content-length"))
        return Answer(int(head[0].split()[1]), headers, await asyncio.wait_for(self.reader.readexactly(length), 10))

    async def post(self, body: bytes = b"", *, path: str = "/wsman", method: str = "POST", **headers: str) -> Answer:
        given = {"Host": "h", "Content-Type": SOAP_TYPE, "Content-Length": str(len(body))}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        return await self.raw(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body)

    async def log_in(self, user: str = "LABDOM\\operator", password: str = PASSWORD, protocol: str = "ntlm") -> Answer:
        """A whole NTLM login, with pyspnego as the client."""
        self.context = spnego.client(
            user,
            password,
            protocol=protocol,
            options=spnego.NegotiateOptions.use_negotiate
            if protocol == "negotiate"
            else spnego.NegotiateOptions.use_ntlm,
        )
        token = self.context.step()
        answer = await self.post(Authorization=_negotiate(token))
        if answer.status == 401 and answer.all("www-authenticate") != ["Negotiate"]:
            token = self.context.step(base64.b64decode(answer.all("www-authenticate")[0].split()[1]))
            answer = await self.post(Authorization=_negotiate(token))
        return answer

    async def sealed(self, body: bytes) -> Answer:
        """One sealed request; the answer comes back opened."""
        context = self.context
        assert context is not None

        def wrap(plain: bytes) -> tuple[bytes, bytes, int]:
            result = context.wrap_winrm(plain)
            return result.header, result.data, result.padding_length

        content_type, data = framing.seal(body, framing.SPNEGO, wrap)
        answer = await self.post(data, Content_Type=content_type)
        if not answer.body:
            return answer
        plain = b"".join(context.unwrap_winrm(part.signature, part.data) for part in framing.parts(answer.body))
        return Answer(answer.status, answer.headers, plain)

    async def ask(self, action: str, body: str = "", **header: str) -> Answer:
        """One operation, sealed."""
        return await self.sealed(envelope(action, body, **header))

    async def shell(self, options: str = "", content: str = "", attributes: str = "") -> str:
        """Open a shell; returns its id."""
        answer = await self.create(options, content, attributes)
        assert answer.status == 200, answer.body
        return answer.text(".//rsp:Shell/rsp:ShellId")

    async def create(self, options: str = "", content: str = "", attributes: str = "") -> Answer:
        body = (
            f"<rsp:Shell {attributes}><rsp:InputStreams>stdin</rsp:InputStreams>"
            f"<rsp:OutputStreams>stdout stderr</rsp:OutputStreams>{content}</rsp:Shell>"
        )
        return await self.ask(names.CREATE, body, options=options)

    async def command(self, shell: str, line: str, options: str = "") -> str:
        """Start a command; returns its id."""
        body = f"<rsp:CommandLine><rsp:Command>{line}</rsp:Command></rsp:CommandLine>"
        answer = await self.ask(names.COMMAND, body, shell=shell, options=options)
        assert answer.status == 200, answer.body
        return answer.text(".//rsp:CommandId")

    async def receive(self, shell: str, command: str, timeout: str = "PT5S", size: str = "153600") -> Answer:
        body = f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout stderr</rsp:DesiredStream></rsp:Receive>'
        return await self.ask(names.RECEIVE, body, shell=shell, timeout=timeout, size=size)

    async def signal(self, shell: str, command: str, kind: str) -> Answer:
        body = f'<rsp:Signal CommandId="{command}"><rsp:Code>{names.SHELL}/signal/{kind}</rsp:Code></rsp:Signal>'
        return await self.ask(names.SIGNAL, body, shell=shell)


def _negotiate(token: bytes | None) -> str:
    return "Negotiate " + base64.b64encode(token or b"").decode()


def option(name: str, value: str) -> str:
    return f'<w:Option Name="{name}">{value}</w:Option>'


def envelope(
    action: str,
    body: str = "",
    *,
    resource: str = names.CMD_SHELL,
    shell: str = "",
    options: str = "",
    timeout: str = "PT20S",
    size: str = "153600",
    message_id: str = "",
) -> bytes:
    """A request as a client writes it."""
    selector = f'<w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>' if shell else ""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in names.PREFIXES.items())
    return (
        f"<s:Envelope {spaces}><s:Header><a:To>http://h:5985/wsman</a:To><a:Action>{action}</a:Action>"
        f"<a:MessageID>{message_id or f'uuid:{uuid.uuid4()}'}</a:MessageID><w:ResourceURI>{resource}</w:ResourceURI>"
        f"<w:MaxEnvelopeSize>{size}</w:MaxEnvelopeSize><w:OperationTimeout>{timeout}</w:OperationTimeout>"
        f"{selector}<w:OptionSet>{options}</w:OptionSet></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def output(answer: Answer, stream: str = "stdout") -> bytes:
    """The bytes of one stream in a Receive answer."""
    found = answer.xml.findall(f".//{{{names.SHELL}}}Stream[@Name='{stream}']")
    return b"".join(base64.b64decode(element.text or "") for element in found)


def state(answer: Answer) -> str:
    """``Running`` or ``Done``."""
    found = re.search(rb'CommandState/(\w+)"', answer.body)
    return found[1].decode() if found else ""
