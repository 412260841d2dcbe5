"""A small mail server that keeps one mailbox and speaks as much IMAP as is needed to take letters out of it."""

import base64
import re
import socketserver
import threading

USER, PASSWORD = "logg", "hemligt lösen"


class Server(socketserver.ThreadingTCPServer):
    """One mailbox: letters by number, with their flags; what it was asked for; and where it breaks."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, *, has_uidplus=True):
        super().__init__(("127.0.0.1", 0), _Session)
        self.letters, self.flags, self.asked = {}, {}, []
        self.has_uidplus, self.breaks_at = has_uidplus, None

    @property
    def url(self):
        return f"imap://{USER}:hemligt%20l%C3%B6sen@127.0.0.1:{self.server_address[1]}/INBOX"

    def put(self, content):
        number = max(self.letters, default=10) + 1
        self.letters[number], self.flags[number] = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), set()
        return number

    def unread(self):
        return [number for number in self.letters if not self.flags[number] & {"\\Seen", "\\Deleted"}]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()


class _Session(socketserver.StreamRequestHandler):
    # An answer is several short lines; each would wait for the one before it to be acknowledged.
    disable_nagle_algorithm = True

    def handle(self):
        self.say("* OK ready")
        while line := self.rfile.readline().decode("utf-8").rstrip("\r\n"):
            tag, command, rest = [*line.split(" ", 2), ""][:3]
            if command.upper() == "UID":
                name, _space, rest = rest.partition(" ")
                command = f"UID {name}"
            self.server.asked.append(f"{command} {rest}")
            if self.server.breaks_at and self.server.asked[-1].startswith(self.server.breaks_at):
                return
            answer = getattr(self, "do_" + command.lower().replace(" ", "_"))(rest)
            self.say(f"{tag} {answer or 'OK done'}")
            if command.upper() == "LOGOUT":
                return

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def do_capability(self, rest):
        self.say("* CAPABILITY IMAP4rev1" + (" UIDPLUS" if self.server.has_uidplus else ""))

    def do_login(self, rest):
        return None if rest == f'{USER} "{PASSWORD}"' else "NO wrong"

    def do_authenticate(self, rest):
        self.say("+")
        told = base64.b64decode(self.rfile.readline()).decode()
        return None if told == f"\0{USER}\0{PASSWORD}" else "NO wrong"

    def do_select(self, rest):
        self.say(f"* {len(self.server.letters)} EXISTS")
        return "OK [READ-WRITE] done" if rest == '"INBOX"' else "NO no such folder"

    def do_uid_search(self, rest):
        assert rest == "UNSEEN UNDELETED"
        self.say("* SEARCH " + " ".join(map(str, self.server.unread())))

    def do_uid_fetch(self, rest):
        number, _space, what = rest.partition(" ")
        content = self.server.letters[int(number)]
        place = list(self.server.letters).index(int(number)) + 1
        if found := re.fullmatch(r"\(RFC822\.SIZE BODY\.PEEK\[HEADER\]<0\.(\d+)>\)", what):
            head = content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            told, size, part = f"RFC822.SIZE {len(content)} ", int(found[1]), "[HEADER]<0>"
            content = head[:size]
        else:
            assert what == "(BODY.PEEK[])"
            told, part = "", "[]"
        self.wfile.write(
            f"* {place} FETCH (UID {number} {told}BODY{part} {{{len(content)}}}\r\n".encode() + content + b")\r\n"
        )

    def do_uid_store(self, rest):
        number, sign, flags = rest.split(" ", 2)
        assert sign == "+FLAGS.SILENT"
        self.server.flags[int(number)] |= set(flags.strip("()").split())

    def do_uid_expunge(self, rest):
        self.expunge([int(rest)])

    def do_expunge(self, rest):
        self.expunge([number for number, flags in self.server.flags.items() if "\\Deleted" in flags])

    def expunge(self, numbers):
        for number in numbers:
            assert "\\Deleted" in self.server.flags.pop(number)
            self.say(f"* {list(self.server.letters).index(number) + 1} EXPUNGE")
            del self.server.letters[number]

    def do_logout(self, rest):
        self.say("* BYE bye")
