package dev.freshet.examples.snippets;

import java.net.URI;
import java.time.Duration;

/** The guide to clients. */
final class ClientSnippets {
    private ClientSnippets() {}

    static void follow() throws InterruptedException {
        new PriceFollower((type, data, id) -> System.out.println(type + " " + data), Duration.ofSeconds(45))
                .follow(URI.create("http://localhost:8080/prices"));
    }
}
