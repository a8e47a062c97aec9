// Echo by WebSocket, and a page to try it with in a browser: `example-web-socket tcp:8080`. What a page of
// another site sends is not answered: any page that a browser shows may connect.
import Twine

let page = """
    <!doctype html><meta charset=utf-8><title>Echo</title>
    <form><input name=text autofocus placeholder="Say something"></form><ol></ol>
    <script>
    const socket = new WebSocket(`ws://${location.host}/echo`)
    socket.onmessage = event => {
        document.querySelector('ol').append(document.createElement('li'))
        document.querySelector('li:last-child').textContent = event.data
    }
    document.forms[0].onsubmit = event => {
        event.preventDefault()
        socket.send(event.target.text.value)
        event.target.reset()
    }
    </script>
    """

react { arguments in
    let root = Resource()
    root.putChild("", StaticResource.html(page))
    root.putChild(
        "echo",
        WebSocketResource { socket in
            let request = socket.request
            let origin = request.headerFields[.origin] ?? ""
            guard origin == "http://\(request.head.authority ?? "")" else {
                return socket.close(code: 1008, reason: "this is for the page of this site")
            }
            socket.onMessage = { [unowned socket] in socket.send($0) }
        })
    let site = Site(root)
    return inlineCallbacks {
        let port = try await site.listen(at: serverFromString(arguments.first ?? "tcp:8080")).value
        print("listening at \(port.address)")
        // Until somebody ends it.
        try await Deferred<Void>().value
    }
}
