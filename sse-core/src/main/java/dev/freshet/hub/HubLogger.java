package dev.freshet.hub;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logger of the parts of a hub. It has the name of {@link SseHub}, on which the parts do not depend. */
final class HubLogger {
    static final Logger LOGGER = LoggerFactory.getLogger("dev.freshet.hub.SseHub");

    private HubLogger() {}
}
