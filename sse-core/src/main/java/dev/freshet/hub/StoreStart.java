package dev.freshet.hub;

/** What a hub does that cannot load what its store keeps. */
public enum StoreStart {
    /** {@link SseHubBuilder#build} fails. */
    FAIL,
    /**
     * {@link SseHubBuilder#build} returns a hub that tries again, whatever it was that failed, until it is {@linkplain
     * SseHub#isLoaded loaded} or closed: after 0.1 s at most, and then after up to 5 s. {@link SseHub#storeStats} and the log tell why it is not. Until then nobody
     * follows it, for it knows no position: clients are told to come later. It knows no topic either. What is published goes to the
     * store. A publish completes once the hub is loaded and has read it; it fails where the store does not keep it, and, before
     * anything is kept, while 65,536 entries that the store has acknowledged wait to be read.
     */
    RETRY
}
