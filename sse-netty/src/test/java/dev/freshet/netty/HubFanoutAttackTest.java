package dev.freshet.netty;

import org.junit.jupiter.api.Tag;

/** The same for longer. */
@Tag("recipes")
class HubFanoutAttackTest extends HubFanoutTest {
    @Override
    int length() {
        return 5;
    }
}
