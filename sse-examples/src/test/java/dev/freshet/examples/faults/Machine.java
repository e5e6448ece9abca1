package dev.freshet.examples.faults;

/**
 * What a machine may lack, and a fault needs. The suite fails on a machine without it, unless a system property says that the machine
 * cannot have it; the fault is then told as not run.
 */
enum Machine {
    /** A network namespace, which needs the rights of root. */
    NAMESPACE("freshet.faults.namespace"),
    /** io_uring, which the profile of a container may forbid. */
    IO_URING("freshet.faults.io_uring");

    private final String property;

    Machine(String property) {
        this.property = property;
    }

    boolean isExpected() {
        return !"false".equals(System.getProperty(property));
    }

    /** Returns the option that says that the machine cannot have it. */
    String without() {
        return "-D" + property + "=false";
    }

    /** Returns the row of a fault that is not run, with the reason. */
    FaultRow notRun(String fault) {
        return FaultRow.notRun(fault + " (" + without() + ")");
    }
}
