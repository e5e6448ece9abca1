package dev.freshet.hub;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logger of the parts of a hub: that of {@link SseHub}, which knows them and is not known by them. */
final class HubLogger {
    static final Logger LOGGER = LoggerFactory.getLogger("dev.freshet.hub.SseHub");

    private HubLogger() {}
}
