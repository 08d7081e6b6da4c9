using Microsoft.ML.Snip.Engines.Managed.Execution;

namespace Microsoft.ML.Snip.Tests.Engines.Managed.Execution;

[TestClass]
public class SharedWorkTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void EveryPartIsDoneOnce(int helpers)
    {
        var work = new Work();
        for (int time = 1; time <= 50; time++)
        {
            work.Run(20, helpers);
            CollectionAssert.AreEqual(Enumerable.Repeat(time, 20).ToArray(), work.Done);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void AFailureOfAnyPartReachesTheCallerAndTheOthersAreDone(int helpers)
    {
        for (int bad = 0; bad < 20; bad++)
        {
            var work = new Work { Bad = bad };
            var failure = Assert.ThrowsExactly<InvalidOperationException>(() => work.Run(20, helpers));
            Assert.IsInstanceOfType<ArithmeticException>(failure.InnerException);
            Assert.AreEqual($"part {bad}", failure.InnerException.Message);
            CollectionAssert.AreEqual(Enumerable.Range(0, 20).Select(part => part == bad ? 0 : 1).ToArray(), work.Done);
        }
    }

    /// <summary>
    /// The caller waits in part 1 until another thread has failed in part 0, or in part 0 until another has failed in part 1.
    /// </summary>
    [TestMethod]
    public void AFailureOnAnotherThreadReachesTheCaller()
    {
        using var failed = new ManualResetEventSlim();
        var work = new Meeting(failed);
        var failure = Assert.ThrowsExactly<InvalidOperationException>(work.Run);
        Assert.AreEqual("on a helper", failure.InnerException!.Message);
    }

    [TestMethod]
    public void AFailureIsForgottenWithTheNextCall()
    {
        var work = new Work { Bad = 4 };
        Assert.Throws<InvalidOperationException>(() => work.Run(20, 1));
        work.Bad = -1;
        work.Run(20, 1);
        Assert.AreEqual(1, work.Done[4]);
    }

    private sealed class Work : SharedWork
    {
        public int[] Done { get; } = new int[20];

        public int Bad { get; set; } = -1;

        public void Run(int parts, int helpers) => RunParts(parts, helpers);

        protected override void RunPart(int part)
        {
            if (part == Bad)
            {
                throw new ArithmeticException($"part {part}");
            }

            Interlocked.Increment(ref Done[part]);
        }
    }

    private sealed class Meeting(ManualResetEventSlim failed) : SharedWork
    {
        private int _caller;

        public void Run()
        {
            _caller = Environment.CurrentManagedThreadId;
            RunParts(2, helpers: 1);
        }

        protected override void RunPart(int part)
        {
            if (Environment.CurrentManagedThreadId == _caller)
            {
                failed.Wait();
                return;
            }

            failed.Set();
            throw new ArithmeticException("on a helper");
        }
    }
}
