using Microsoft.ML.Snip.Engines.Torch.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Runtime;

[TestClass]
public class TorchStateTests
{
    [TestMethod]
    public void GradientsAreRecordedWhateverTheCallerHad()
    {
        using (no_grad())
        {
            ExpectOrdinary(TorchState.Enter);
            Assert.IsFalse(is_grad_enabled());
        }

        using (inference_mode())
        {
            ExpectOrdinary(TorchState.EnterWithDefaults);
            Assert.IsTrue(is_inference_mode_enabled());
            Assert.IsFalse(is_grad_enabled());
        }

        ExpectOrdinary(TorchState.Enter);
        Assert.IsTrue(is_grad_enabled());
    }

    [TestMethod]
    public void DefaultsAreHeldUntilTheLastLetsGo()
    {
        set_default_dtype(float64);
        set_default_device("meta");
        try
        {
            using (TorchState.Enter())
            {
                Assert.AreEqual(float64, get_default_dtype(), "what the caller made stays the caller's choice");
            }

            TorchState first = TorchState.EnterWithDefaults(), second = TorchState.EnterWithDefaults();
            first.Dispose();
            Assert.AreEqual(float32, get_default_dtype());
            using (Tensor made = zeros(2))
            {
                Assert.AreEqual((float32, TorchSharp.DeviceType.CPU), (made.dtype, made.device_type));
            }

            second.Dispose();
            Assert.AreEqual(float64, get_default_dtype());
            Assert.AreEqual(TorchSharp.DeviceType.META, get_default_device().type);
        }
        finally
        {
            set_default_dtype(float32);
            set_default_device(CPU);
        }
    }

    [TestMethod]
    public void ASettingThatIsAsWantedIsNotWritten()
    {
        int value = 3, writes = 0;
        var setting = new SharedSetting<int>(() => value, written => (value, writes) = (written, writes + 1), wanted: 3);
        setting.Hold().Dispose();
        Assert.AreEqual(0, writes);
        value = 5;
        using (setting.Hold())
        {
            Assert.AreEqual((3, 5), (value, setting.Before));
        }

        Assert.AreEqual((5, 2), (value, writes));
    }

    private static void ExpectOrdinary(Func<TorchState> enter)
    {
        using TorchState state = enter();
        Assert.IsTrue(is_grad_enabled());
        Assert.IsFalse(is_inference_mode_enabled());
    }
}
