"""delayed.py MILLISECONDS: a name server on a port that it prints, which answers every question for an
address, so long after it has come."""
import asyncio
import socket
import sys

DELAY = float(sys.argv[1]) / 1000
ANSWER = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04\xc0\x00\x02\x01"


class Server(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport
        # Room for all that comes at once (SO_RCVBUFFORCE, as root).
        try:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, 33, 1 << 22)
        except PermissionError:
            pass
        self.loop = asyncio.get_running_loop()

    def datagram_received(self, query, address):
        end = 12
        while query[end]:
            end += 1 + query[end]
        reply = query[:2] + b"\x85\x00\x00\x01\x00\x01\x00\x00\x00\x00" + query[12:end + 5] + ANSWER
        self.loop.call_later(DELAY, self.transport.sendto, reply, address)


async def main():
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Server, local_addr=("127.0.0.1", 0))
    print(transport.get_extra_info("sockname")[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
