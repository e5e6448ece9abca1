package dev.freshet.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service of each stack, in a process of its own, is started, followed, left, followed again and ended. */
class StacksTest {

    @Test
    void theServletRunsWithoutNettyOnItsClassPath() throws Exception {
        try (StackProcess service = StackProcess.startWithoutNetty(Stack.TOMCAT_10);
                Follower follower = new Follower(service)) {
            service.awaitStart();
            follower.streams();
            follower.isJson();
            follower.resumes();
            follower.isEnded();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServiceStreamsBesideItsOwnRoutesAsTheTableOfTheGuideSays(Stack stack) throws Exception {
        String name = "[" + stack + "](../../sse-examples/stacks/" + stack.folder.getFileName() + ")";
        Row row =
                new Row(name, stack.ports.text, stack.versions("netty-codec-http"), stack.versions("jackson-databind"));
        try (StackProcess service = StackProcess.start(stack);
                Follower follower = new Follower(service)) {
            row.cell(service::awaitStart)
                    .cell(() -> KeptConnection.isKept(stack, service))
                    .cell(follower::streams)
                    .cell(follower::isJson)
                    .cell(follower::resumes)
                    .cell(follower::isEnded);
            System.out.println(row);
            if (row.failure() != null) {
                throw new AssertionError(row + "\n" + service.log(), row.failure());
            }
            assertThat(service.log()).doesNotContain("LEAK:");
        }
        assertThat(GuideTest.GUIDE).content().contains(row.toString());
    }
}
