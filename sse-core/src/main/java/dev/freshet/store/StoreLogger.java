package dev.freshet.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logger of all that a store in files logs. */
final class StoreLogger {
    static final Logger LOGGER = LoggerFactory.getLogger("dev.freshet.store.FileEventStore");

    private StoreLogger() {}
}
