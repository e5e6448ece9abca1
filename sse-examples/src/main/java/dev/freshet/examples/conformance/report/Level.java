package dev.freshet.examples.conformance.report;

/** What a check says about a server that does not do what it asks for. */
public enum Level {

    /** The paragraph demands it, or a client that follows the paragraph loses, misreads or waits for something. */
    MUST,

    /** The paragraph, or the way in which clients and proxies are known to act, advises it. */
    SHOULD
}
