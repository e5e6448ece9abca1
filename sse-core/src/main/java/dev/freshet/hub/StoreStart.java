package dev.freshet.hub;

/** The behaviour of a hub that cannot load what its store keeps. */
public enum StoreStart {
    /** {@link SseHubBuilder#build} fails. */
    FAIL,
    /**
     * {@link SseHubBuilder#build} returns a hub that is not loaded yet. The hub tries to load again, whatever the
     * failure was, until it is {@linkplain SseHub#isLoaded loaded} or closed. The first try comes after at most 0.1 s,
     * and later ones after up to 5 s. A load that only takes longer than the timeout continues. {@link
     * SseHub#storeStats} and the log have the reason why the hub is not loaded.
     *
     * <p>A hub that is not loaded has no position and no topic. Clients cannot follow it; they are refused and retry
     * later. An event that is published goes to the store. Its publish completes once the hub is loaded and has read the
     * event. The publish fails if the store does not keep the event. It also fails while 262,144 entries that the store
     * has acknowledged wait to be read; the store then does not get the event.
     */
    RETRY
}
