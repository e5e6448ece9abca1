package dev.freshet.hub;

/** What a hub does that cannot load what its store keeps. */
public enum StoreStart {
    /** {@link SseHubBuilder#build} fails. */
    FAIL,
    /**
     * {@link SseHubBuilder#build} returns a hub that tries again, whatever it was that failed, 0.1 to 5 s after each time, until it is
     * {@linkplain SseHub#isLoaded loaded} or closed. {@link SseHub#storeStats} and the log tell why it is not. Until then nobody
     * follows it, for it knows no position: clients are told to come later. It knows no topic either. What is published goes to the
     * store, which keeps it or fails as where it is away later.
     */
    RETRY
}
