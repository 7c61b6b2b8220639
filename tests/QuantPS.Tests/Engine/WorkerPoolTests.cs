using QuantPS.Engine.Execution;
using QuantPS.Engine.Kernels;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Every_unit_runs_once_whatever_the_threads(int threads)
    {
        using var pool = new WorkerPool(threads, scratchBytes: 64);
        var random = new Random(threads);
        for (int run = 0; run < 40; run++)
        {
            pool.BeginRun();
            for (int job = 0; job < 10; job++)
            {
                var kernel = new CountingKernel(random.Next(1, 700), random.Next(1, 40), random.Next(1, 9));
                pool.Run(kernel, kernel.Counts.Length);
                Assert.All(kernel.Counts, count => Assert.Equal(1, count));
                Assert.True(kernel.Aligned);
            }
            pool.EndRun();
        }
    }

    [Fact]
    public void A_kernel_that_fails_on_any_thread_fails_on_the_calling_one_and_the_next_one_runs()
    {
        using var pool = new WorkerPool(3, scratchBytes: 64);
        for (int run = 0; run < 20; run++)
        {
            var failing = new CountingKernel(300, 1, 1) { FailsAt = run * 15 };
            Assert.Throws<InvalidOperationException>(() => pool.Run(failing, 300));
            var kernel = new CountingKernel(300, 1, 1);
            pool.Run(kernel, 300);
            Assert.All(kernel.Counts, count => Assert.Equal(1, count));
        }
    }

    /// <summary>Counts how often each unit runs, and writes to its scratch memory.</summary>
    private sealed unsafe class CountingKernel(int units, int grain, int alignment) : Kernel("count", Int8, InstructionSet.Scalar)
    {
        public int[] Counts { get; } = new int[units];

        public int FailsAt { get; init; } = -1;

        public bool Aligned { get; private set; } = true;

        public override int Grain => grain;

        public override int Alignment => alignment;

        public override int ScratchBytes => 64;

        public override int Units(int batch) => Counts.Length;

        public override void Run(int first, int end, byte* scratch)
        {
            if (first % alignment != 0) Aligned = false;
            for (int unit = first; unit < end; unit++)
            {
                if (unit == FailsAt) throw new InvalidOperationException();
                Interlocked.Increment(ref Counts[unit]);
            }
            new Span<byte>(scratch, 64).Fill((byte)first);
        }
    }
}
