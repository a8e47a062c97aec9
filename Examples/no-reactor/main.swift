// A Deferred is a promise and no more: it needs no network and no event, only somebody who fires it.
import Twine

@Reactor
func promise() {
    let answer = Deferred<Int>()
    answer
        .addCallback { number in
            print("the answer is \(number)")
            guard number == 42 else { throw TimeoutError(seconds: 7.5e6 * 365 * 86_400) }
            return "right"
        }
        .addErrback { error in "wrong: \(error)" }
        .addCallback { print($0) }
    print("nothing has happened yet")
    answer.callback(42)
    print("all has happened")
}

await promise()
