// All pages at once, by callbacks. Nobody says when it is enough, so the reactor runs for ever:
// end it with Ctrl-C.
import Twine

Reactor.callFromThread {
    for url in CommandLine.arguments.dropFirst() {
        getPage(url).addCallback { page in
            print(title(of: page) ?? "no title", url, separator: "\t")
        }
    }
}
Reactor.run()
