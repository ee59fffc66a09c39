//! What the loop is told.

use std::sync::Arc;

use crate::line::Line;
use crate::protocol::{Failure, RequestId};
use crate::sampling::Controls;
use crate::snapshot::Snapshot;
use crate::stage::Stage;
use crate::step::TokenId;
use crate::tree::{NodeId, Ranked};

/// What the loop is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// A model is ready (again); these tokens end a text.
    Model {
        /// The model's end-of-text tokens.
        end_of_text: Vec<TokenId>,
        /// Whether it computes: a recording only repeats. What was recorded is asked for again when a live one comes.
        live: bool,
    },
    /// Start anew from these tokens.
    Prompt(Vec<TokenId>),
    /// Take up another state in this one's place: prompt, branches, controls and all. One that does not fit together is
    /// let fall.
    TakeUp(Box<Snapshot>),
    /// Forget all but the prompt: branches, breakpoints, altered logits.
    Restart,
    /// The model's answer.
    Step {
        /// The request that it answers.
        id: RequestId,
        /// The answer.
        ranked: Arc<Ranked>,
    },
    /// A request failed, or (without an id) the worker did.
    Failed {
        /// The request.
        id: Option<RequestId>,
        /// Why.
        failure: Failure,
    },
    /// Go on to the next stage; after [`Stage::Sampling`] the token joins the context.
    Advance,
    /// Look at a stage of the present step.
    Open(Stage),
    /// Run one more line of the loop; a run ends with it. Waits where the line needs an answer that is not there yet.
    StepLine,
    /// Finish this step: its token joins the context. In a run, a breakpoint on the way stops it. At the limit a new call
    /// of the loop begins.
    NextToken,
    /// Generate token after token, as many as one call makes, or anew where a call has returned. The driver sends
    /// [`Event::NextToken`] at its own pace while [`Generation::running`](super::Generation::running).
    Run,
    /// [`Event::Run`] as far as a line.
    RunTo(Line),
    /// Set or clear a breakpoint: a run halts where it comes to the line. It never comes to [`Line::Define`].
    Breakpoint {
        /// The line.
        line: Line,
        /// Whether to halt there.
        on: bool,
    },
    /// Set how many tokens one call of the loop makes, at least 1.
    MaxNew(usize),
    /// Stop generating.
    Pause,
    /// Draw again from the same distribution: the next coin for this position.
    DrawAgain,
    /// Set a logit for what comes next, in place of the model's; `None` gives it back.
    Alter {
        /// The token.
        token: TokenId,
        /// Its logit.
        logit: Option<f32>,
    },
    /// Give all altered logits back.
    Restore,
    /// Finish this step with a token drawn from the altered logits; without any, as [`Event::NextToken`] does. A run ends
    /// with it.
    Continue,
    /// Set the sampling controls.
    Controls(Controls),
    /// Set the seed of all coins.
    Seed(u64),
    /// Go on from `after` with `token`, whatever the model would draw. Where that is a branch already, it is gone to,
    /// and its record stays.
    Force {
        /// The context to go on from.
        after: NodeId,
        /// The token.
        token: TokenId,
    },
    /// Go to a node of any branch.
    Select(NodeId),
    /// Go back to where the last change of place started.
    Undo,
    /// Ask again after a failure.
    Retry,
    /// Ask for the step of a place again that was dropped to bound the memory; the context stays where it is.
    Recall(NodeId),
}
