/** Lines of Chatwoot with a planted secret, and the same lines without it. */
export const secretLines: readonly [line: string, shown: string][] = [
  ['Started GET "/widget?website_token=planted-value&a=1" for', 'Started GET "/widget?[secret]" for'],
  ["url: 'https://hooks.example.com/in?key=planted-value'", "url: 'https://hooks.example.com/in?[secret]'"],
  ["GET /x?a[]=planted-value HTTP", "GET /x?[secret] HTTP"],
  ["open /x?reset_password_token=planted-value now", "open /x?[secret] now"],
  ["reset_password_token: planted-value", "reset_password_token=[secret]"],
  ['"reset_password_token"=>"planted-value"', '"reset_password_token=[secret]"'],
  [
    'Enqueued MailDeliveryJob: "Devise::Mailer", "reset_password_instructions", "deliver_now", "planted-value-20-char"',
    'Enqueued MailDeliveryJob: "Devise::Mailer", "reset_password_instructions [secret]',
  ],
];
